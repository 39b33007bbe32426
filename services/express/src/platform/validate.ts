import type { Request } from 'express';
import type { z } from 'zod';
import { Problem } from './problem.ts';
import { REPEATED, type Query } from './query.ts';

export interface FieldError {
  pointer: string;
  code: string;
}

/** Checks a document; all faults at once, in the words of the contract (PROBLEM-3). */
export function validate<S extends z.ZodType>(schema: S, document: unknown): z.output<S> {
  const result = schema.safeParse(document, { reportInput: true });
  if (result.success) return result.data;
  throw new Problem('validation_failed', { members: { errors: fieldErrors(result.error) } });
}

/** Checks the query that `parseQuery` has read. */
export function validateQuery<S extends z.ZodType>(schema: S, req: Request): z.output<S> {
  const query: Query = req.query;
  const result = schema.safeParse(query, { reportInput: true });
  if (result.success) return result.data;
  const errors = fieldErrors(result.error).map(({ pointer, code }) => {
    const parameter = unescaped(pointer.slice(1));
    if (query[parameter] === REPEATED && code !== 'unknown') return { parameter, code: 'duplicate' };
    return { parameter, code: code === 'type' ? 'format' : code };
  });
  throw new Problem('invalid_query', { members: { errors } });
}

export function fieldErrors(error: z.ZodError): FieldError[] {
  const found = new Map<string, FieldError>();
  for (const issue of error.issues) {
    const at = issue.path.map((part) => `/${escaped(String(part))}`).join('');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) found.set(`${at}/${key}`, { pointer: `${at}/${escaped(key)}`, code: 'unknown' });
    } else if (!found.has(at)) {
      found.set(at, { pointer: at, code: codeOf(issue) }); // the first that holds
    }
  }
  return [...found.values()];
}

function codeOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'required';
      return issue.input === null ? 'null_not_allowed' : 'type';
    case 'too_small':
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int') return 'out_of_range';
      return issue.code === 'too_small' ? 'too_short' : 'too_long';
    case 'invalid_value': // of an enumeration
      if (issue.input === undefined) return 'required';
      return issue.input === null ? 'null_not_allowed' : typeof issue.input === 'string' ? 'format' : 'type';
    case 'custom':
      return String(issue.params?.code);
    default:
      return 'format';
  }
}

// RFC 6901. A name may hold half a character, which no UTF-8 can tell.
const escaped = (name: string) => name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (name: string) => name.replaceAll('~1', '/').replaceAll('~0', '~');
