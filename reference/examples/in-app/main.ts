import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createApp } from "./app.js";
import { Tenant } from "./tenant.js";

// npx tsx main.ts TENANT=ARTIFACT... ; PORT, and FAYGER_TRUST_STORE for signed artifacts, come from the environment.

/** What each tenant sells, in cents. In a real application this is a database. */
const PRICES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  north: { tea: 450, cup: 1_200 },
  south: { tea: 500 },
};
const MOST_ORDERS = 20;

const trustStore = process.env["FAYGER_TRUST_STORE"];
const tenants = await Promise.all(
  process.argv.slice(2).map((text) => {
    const [name = "", path = ""] = text.split("=");
    const prices = PRICES[name] ?? {};
    const options = { name, artifact: readFileSync(path), prices, mostOrders: MOST_ORDERS };
    return Tenant.open(trustStore === undefined ? options : { ...options, trustStore });
  }),
);
const server = createApp(tenants).listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.on("SIGTERM", () => {
  server.close(() => void Promise.all(tenants.map((tenant) => tenant.close())));
});
