"""The server, killed at the n-th thing that it asks of its disk or of the command. Usage: dying_server.py N OPTIONS"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "python"))

from dying import die_at
from optseal.mxnet import server

die_at(int(sys.argv[1]))
server.main(sys.argv[2:])
