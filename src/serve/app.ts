/** serve: requests in, answers out. In: the table of routes. Out: a listener for Node's HTTP server. */
import type { IncomingMessage, RequestListener } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { getRequestListener } from "@hono/node-server";
import type { Context } from "hono";
import { Hono } from "hono";
import type { Answer } from "./answers.ts";
import { refusalOf, refused } from "./answers.ts";
import { announcedLength, readBody } from "./body.ts";
import type { Connections } from "./connections.ts";
import { within } from "./deadline.ts";
import { ServeError } from "./errors.ts";
import { ROUTES } from "./routes.ts";
import type { Route, Service } from "./service.ts";

interface Env {
  readonly Bindings: HttpBindings;
}
type Asked = Context<Env>;

/** This host's own names. Another one in the request is that of a page which a browser took for a neighbour. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;
const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

function checkCaller({ headers, socket }: IncomingMessage): void {
  if (headers.origin !== undefined)
    throw new ServeError("browser", "this service is not for pages in a browser");
  // A unix socket has no port, and no browser reaches it.
  if (socket.remotePort !== undefined && !OWN_HOST.test(headers.host ?? ""))
    throw new ServeError("wrong-host", "the request is for another host", "ask for 127.0.0.1 or localhost");
}

/** A route's answer, or the refusal of whatever refused, counted and logged. */
async function answerOf(
  { req, env: { incoming } }: Asked,
  route: Route,
  service: Service,
  guests: Connections,
): Promise<Answer> {
  const { limits, metrics } = service;
  let release = (): void => undefined;
  try {
    checkCaller(incoming);
    const length = announcedLength(incoming, limits.body);
    release = guests.hold(incoming.socket, length);
    const body = await readBody(incoming, length);
    const request = {
      query: (name: string) => req.queries(name) ?? [],
      header: (name: string) => req.header(name),
      body,
    };
    const answer = async () => {
      const started = performance.now();
      try {
        return await within(limits.answerMs, route.answer(request, service));
      } finally {
        metrics.took(route.path, (performance.now() - started) / 1000);
      }
    };
    // Who watches over the server is heard, however busy it is.
    return await (route.method === "GET"
      ? guests.inTurn(incoming.socket, answer)
      : guests.answer(incoming.socket, answer));
  } catch (error) {
    return refusedAnswer(error, service, route.path);
  } finally {
    release();
  }
}

/** What no stage has judged is the clients' noise: it is counted, and logged only where it is this server's trouble. */
function refusedAnswer(error: unknown, { metrics, log }: Service, path = "other"): Answer {
  const refusal = refusalOf(error);
  const { stage, code, message, status, issues } = refusal;
  metrics.refused(path, stage, code);
  const what = code === "bug" ? String(error instanceof Error ? error.stack : error) : message;
  if (stage !== "serve" || status >= 500)
    log(status >= 500 ? "error" : "warn", "refused", {
      route: path,
      stage,
      code,
      message: what,
      path: issues[0]?.path,
    });
  return refused(refusal);
}

/** A listener for Node's HTTP server, which knows the routes of the table. */
export function makeListener(service: Service, guests: Connections): RequestListener {
  const app = new Hono<Env>();
  const send = (context: Asked, { status, type, text, headers }: Answer) => {
    const closing = service.stopping() ? { connection: "close" } : {};
    return context.newResponse(text, {
      status: status as 200,
      headers: { ...HEADERS, "content-type": type, ...headers, ...closing },
    });
  };
  /** Until it is taken, an answer takes room as a body does. */
  const sendHeld = (context: Asked, answer: Answer) => {
    const { incoming, outgoing } = context.env;
    try {
      outgoing.once("close", guests.hold(incoming.socket, answer.text.length));
      return send(context, answer);
    } catch (error) {
      return refuse(context, error);
    }
  };
  const refuse = (context: Asked, error: unknown) => send(context, refusedAnswer(error, service));
  for (const route of ROUTES) {
    app.on(route.method, route.path, async (context) =>
      sendHeld(context, await answerOf(context, route, service, guests)),
    );
    app.all(route.path, (context) =>
      refuse(context, new ServeError("wrong-method", `\`${route.path}\` is for ${route.method}`)),
    );
  }
  app.notFound((context) => {
    const paths = ROUTES.map(({ path }) => path).join(", ");
    return refuse(context, new ServeError("not-found", "nothing is there", `there is ${paths}`));
  });
  app.onError((error, context) => refuse(context, error));
  const listener = getRequestListener(app.fetch, {
    hostname: "localhost",
    errorHandler: () => {
      const { status, text } = refusedAnswer(
        new ServeError("bad-request", "the request makes no URL"),
        service,
      );
      return new Response(text, { status, headers: { ...HEADERS, "content-type": "application/json" } });
    },
  });
  return (incoming, outgoing) => {
    if (!guests.ask(incoming.socket)) return void incoming.destroy();
    if (guests.isLast(incoming.socket)) outgoing.shouldKeepAlive = false;
    outgoing.once("close", () =>
      guests.answered(incoming.socket, outgoing.statusCode === 200 && outgoing.writableFinished),
    );
    void listener(incoming, outgoing);
  };
}
