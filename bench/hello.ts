// The reference of the edge: Hono and nothing else.
import { Hono } from "hono";

export default new Hono().get("/", (c) => c.json({ hello: "world" }));
