import type { Request } from 'express';
import { Problem } from './problem.ts';

// Express's own `req.fresh` splits lists at commas inside of tags and obeys Cache-Control, so app.ts switches it off.
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/;
const LIST = new RegExp(`^[ \\t,]*${TAG.source}(?:[ \\t]*,[ \\t,]*${TAG.source})*[ \\t,]*$`);
const TAGS = new RegExp(TAG.source, 'g');

export const etag = (version: number): string => `"${version}"`;

/** HTTP-9: a weak comparison; what cannot be parsed is ignored. */
export function isNotModified(req: Request<object>, version: number): boolean {
  const field = fieldOf(req, 'if-none-match');
  if (field === undefined) return false;
  return field === '*' || tagsOf(field).some((tag) => tag.replace('W/', '') === etag(version));
}

/** HTTP-10: a strong comparison; whoever edits has to say what was read. */
export function requireMatch(req: Request<object>, version: number): void {
  const field = fieldOf(req, 'if-match');
  if (field === undefined) throw new Problem('precondition_required');
  if (field !== '*' && !tagsOf(field).includes(etag(version))) throw new Problem('precondition_failed');
}

/** All lines of a header are one list. */
const fieldOf = (req: Request<object>, name: string) => req.headersDistinct[name]?.join(', ');

const tagsOf = (field: string): string[] => (LIST.test(field) ? (field.match(TAGS) ?? []) : []);
