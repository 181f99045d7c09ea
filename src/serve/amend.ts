/** serve: `POST /amend`. In: a spec's envelope and those of its amendments, a job and an audience. Out: what `openAmended` says. */
import { openAmended } from "../index.ts";
import { envelopesIn } from "./envelopes.ts";
import { opening } from "./opened.ts";

export const amend = opening("/amend", async (body, options) => openAmended(envelopesIn(body), options));
