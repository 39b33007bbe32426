import assert from "node:assert/strict";
import { test } from "node:test";
import { built, faults, kustomizations } from "./manifests.js";

test("every document has its schema's form", async () => {
  const documents = kustomizations().flatMap(built);
  assert.ok(documents.some(({ kind }) => kind === "Deployment") && documents.some(({ kind }) => kind === "Cluster"));
  assert.deepEqual(await faults(documents), []);
});

test("what a schema does not allow is found", async () => {
  const deployment = built("services/gin").find(({ kind }) => kind === "Deployment");
  const cluster = built("database").find(({ kind }) => kind === "Cluster");
  const { selector, ...rest } = deployment.spec;
  const wrong = [
    [{ ...deployment, spec: { ...deployment.spec, replicaz: 1 } }, /replicaz/],
    [{ ...deployment, spec: { ...deployment.spec, replicas: "1" } }, /replicas must be integer/],
    [{ ...deployment, spec: rest }, /required property selector/],
    [{ ...deployment, apiVersion: "apps/v0" }, /no schema of apps\/v0\/Deployment/],
    [{ ...cluster, spec: { ...cluster.spec, boot: {} } }, /boot/],
    [{ ...cluster, spec: { ...cluster.spec, instances: 0 } }, /instances must be >= 1/],
  ];
  for (const [document, told] of wrong) assert.match((await faults([document])).join("\n"), told);
});
