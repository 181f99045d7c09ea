/** serve: `POST /verify`. In: an envelope's bytes, a job and an audience. Out: what `open` says. */
import { open } from "../index.ts";
import { opening } from "./opened.ts";

export const verify = opening("/verify", open);
