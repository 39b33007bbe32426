// Builds the kustomizations and holds documents against the schemas of Kubernetes and of CloudNativePG's operator:
// TypeScript's compiler finds members that do not exist, the validators what is missing, of another type or out of range.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { parseAllDocuments } from "yaml";

const here = dirname(fileURLToPath(import.meta.url));
const manifests = dirname(here);
const libraries = ["kubernetes-models", "@kubernetes-models/cloudnative-pg"];

/** The folders that can be applied; base is a part of others. */
export function kustomizations() {
  return [...readdirSync(join(manifests, "services")).map((name) => `services/${name}`), "database", "fleet"];
}

/** The documents of a kustomization. */
export function built(folder) {
  const command = ["tool", "kustomize", "build", join(manifests, folder)];
  const documents = parseAllDocuments(execFileSync("go", command, { cwd: here, encoding: "utf8" }));
  return documents.map((document) => document.toJS());
}

/** What is wrong with the documents, a line each. */
export async function faults(documents) {
  const found = [];
  const known = documents.flatMap((document) => {
    const model = `${document.apiVersion}/${document.kind}`;
    const library = libraries.find((each) => existsSync(join(here, "node_modules", each, `${model}.js`)));
    if (library === undefined) found.push(`${named(document)}: no schema of ${model} is known`);
    return library === undefined ? [] : [{ document, module: `${library}/${model}` }];
  });
  for (const { document, module } of known) {
    const { [document.kind]: Model } = await import(module);
    try {
      new Model(document).validate();
    } catch (error) {
      found.push(`${named(document)}: ${error.message}`);
    }
  }
  return [...found, ...unknownMembers(known)];
}

function named(document) {
  return `${document.kind} ${document.metadata?.name}`;
}

/** Each document is compiled as a literal of its type, all in one program, since the types are many. */
function unknownMembers(known) {
  const sources = new Map(
    known.map(({ document, module }, number) => {
      const text = `import { I${document.kind} as It } from "${module}";\nexport const it: It = ${JSON.stringify(document)};\n`;
      return [join(here, `document-${number}.ts`), { document, text }];
    }),
  );
  const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    sources.has(name) ? ts.createSourceFile(name, sources.get(name).text, ...rest) : getSourceFile(name, ...rest);
  return ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, host)).map((diagnostic) => {
    const subject = sources.get(diagnostic.file?.fileName)?.document;
    return `${subject ? named(subject) : "types"}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`;
  });
}
