/** The peer: Node's own HTTP server, which reads a body and sends it back. */
import { createServer } from "node:http";

const server = createServer((incoming, outgoing) => {
  const chunks = [];
  incoming.on("data", (chunk) => chunks.push(chunk));
  incoming.on("end", () => {
    const body = Buffer.concat(chunks);
    outgoing.writeHead(200, { "content-length": body.length }).end(body);
  });
});
server.listen(process.argv[2]);
