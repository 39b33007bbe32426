import { isUtf8 } from 'node:buffer';

const MAX_DEPTH = 100;
const TOKEN = /"((?:[^"\\]+|\\.)*)"([\t\n\r ]*:)?|[{}[\]]|\d[\d.eE+-]*/g;

/** Reads one JSON object strictly; throws a SyntaxError. */
export function parseObject(bytes: Buffer): Record<string, unknown> {
  if (!isUtf8(bytes)) throw new SyntaxError('not UTF-8');
  const text = bytes.toString();
  const value: unknown = JSON.parse(text); // takes the grammar of RFC 8259 and no more, and no byte-order mark
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('no object');
  checkTokens(text);
  return value as Record<string, unknown>;
}

/** Refuses equal names in one object, which JSON.parse and the readers on npm let pass, levels and rounded numbers. */
function checkTokens(text: string): void {
  const levels: Set<string>[] = [];
  for (const [token, name = '', colon] of text.matchAll(TOKEN)) {
    if (token === '}' || token === ']') {
      levels.pop();
    } else if (token === '{' || token === '[') {
      if (levels.push(new Set()) > MAX_DEPTH) throw new SyntaxError('too deep');
    } else if (!token.startsWith('"')) {
      if (isRounded(token)) throw new SyntaxError('a number is rounded to an integer');
    } else if (colon !== undefined) {
      const names = levels.at(-1);
      const read = name.includes('\\') ? (JSON.parse(`"${name}"`) as string) : name;
      if (names?.has(read)) throw new SyntaxError('a name stands twice');
      names?.add(read);
    }
  }
}

/** Whether a fraction becomes an integer: 1e-400 and 0.99…9. The digits that count are compared, whatever the exponent. */
function isRounded(literal: string): boolean {
  if (!/[.e]/i.test(literal) || !Number.isInteger(Number(literal))) return false;
  return digitsOf(literal) !== digitsOf(String(Number(literal)));
}

const digitsOf = (literal: string) =>
  literal.replace(/e.*/i, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
