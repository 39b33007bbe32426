import { z } from 'zod';
import { charactersIn } from '../platform/schemas.ts';

/** The free part of a product (PRODUCT-2): three levels of strings, integers, booleans and objects. */
export type Attributes = Record<string, unknown>;

const MAX_KEYS = 20;
const MAX_LEVEL = 3;
const MAX_STRING = 1_000;
const MAX_CHARACTERS = 20_000;
const KEY = /^[a-z][a-z0-9_]{0,31}$/;
const STORABLE = /^[^\0\p{Surrogate}]*$/u;

type Report = (path: string[], code: string) => void;

/** `counted` is off in a merge patch, whose nulls take away: keys and characters are counted after the merge. */
function check(value: Attributes, report: Report, counted: boolean, path: string[] = [], level = 1): void {
  if (counted && Object.keys(value).length > MAX_KEYS) report(path, 'too_long');
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, key];
    if (!KEY.test(key)) report(at, 'format');
    else if (isObject(inner) && level < MAX_LEVEL) check(inner, report, counted, at, level + 1);
    else if (inner !== null || counted) {
      const code = faultOf(inner);
      if (code) report(at, code);
    }
  }
}

function faultOf(value: unknown): string | undefined {
  if (value === null) return 'null_not_allowed';
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'string') {
    if (!STORABLE.test(value)) return 'format';
    return value.length > MAX_STRING && charactersIn(value) > MAX_STRING ? 'too_long' : undefined;
  }
  if (isObject(value)) return 'format'; // a level too deep
  if (!Number.isInteger(value)) return 'type';
  return Number.isSafeInteger(value) ? undefined : 'out_of_range';
}

export const isObject = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The characters of all keys and strings. */
function charactersOf(value: unknown): number {
  if (typeof value === 'string') return charactersIn(value);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + charactersOf(inner), 0);
}

// A union or a record of zod would name each fault once for every branch, at pointers that no client knows.
const attributes = (counted: boolean) =>
  z.custom<Attributes>(isObject, { params: { code: 'type' } }).superRefine((value, context) => {
    const faults = new Map<string, () => void>();
    const report: Report = (path, code) => {
      const add = () => {
        context.addIssue({ code: 'custom', path, params: { code }, input: value });
      };
      if (!faults.has(path.join('/'))) faults.set(path.join('/'), add);
    };
    check(value, report, counted);
    if (counted && charactersOf(value) > MAX_CHARACTERS) report([], 'too_long');
    for (const add of faults.values()) add();
  });

export const Attributes = attributes(true);
export const AttributesPatch = attributes(false);
