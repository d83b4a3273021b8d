import express, { type ErrorRequestHandler, type Express, type Request, type Response } from "express";
import type { Order, Tenant } from "./tenant.js";

/** What the number means with which a program ends that stored nothing. */
const REASONS: Readonly<Record<number, string>> = { 1: "unknown item", 2: "too many at once", 3: "not stored" };

/** The application: orders of several tenants, each judged by the tenant's own program. */
export function createApp(tenants: readonly Tenant[]): Express {
  const byName = new Map(tenants.map((tenant) => [tenant.name, tenant]));
  const app = express();
  app.disable("x-powered-by");
  app.use(express.json({ limit: "16kb" }));

  app.get("/:tenant/orders", (request, response) => {
    const tenant = tenantOf(request, response, byName);
    if (tenant !== undefined) response.json(tenant.orders);
  });

  app.post("/:tenant/orders", async (request, response) => {
    const tenant = tenantOf(request, response, byName);
    if (tenant === undefined) return;
    const order = orderOf(request.body);
    if (order === undefined) {
      response.status(400).json({ error: "expected {item: text, quantity: whole number from 1}" });
      return;
    }
    const outcome = await tenant.place(order);
    if (outcome.kind === "stored") response.status(201).json(outcome.order);
    else if (outcome.kind === "refused") response.status(422).json({ error: REASONS[outcome.reason] ?? "refused" });
    else response.status(503).json({ error: "the tenant's program failed", code: outcome.code });
  });

  app.use(((error: { readonly status?: number }, _request, response, _next) => {
    response.status(error.status ?? 500).json({ error: error.status === undefined ? "internal" : "bad request" });
  }) satisfies ErrorRequestHandler);
  return app;
}

function tenantOf(
  request: Request<{ tenant: string }>,
  response: Response,
  tenants: ReadonlyMap<string, Tenant>,
): Tenant | undefined {
  const tenant = tenants.get(request.params.tenant);
  if (tenant === undefined) response.status(404).json({ error: "no such tenant" });
  return tenant;
}

function orderOf(body: unknown): Order | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { item, quantity } = body as { readonly item?: unknown; readonly quantity?: unknown };
  const isRight =
    typeof item === "string" && typeof quantity === "number" && Number.isInteger(quantity) && quantity > 0;
  return isRight && quantity <= 0xffff_ffff ? { item, quantity } : undefined;
}
