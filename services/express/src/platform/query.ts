/** What stands for a parameter that came more than once, and for one whose value is absent or no UTF-8. */
export const REPEATED = Symbol('repeated');
const NO_VALUE = Symbol('no value');

export type Query = Record<string, unknown>;

/** Express's `query parser`. Node's own makes U+FFFD of bad escapes, and lists of names that stand twice. */
export function parseQuery(text: string | null): Query {
  const query = Object.create(null) as Query;
  for (const pair of (text ?? '').split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    const key = decoded(name) ?? name;
    query[key] = key in query ? REPEATED : ((value.length > 0 ? decoded(value.join('=')) : undefined) ?? NO_VALUE);
  }
  return query;
}

function decoded(text: string): string | undefined {
  if (/[^\x20-\x7e]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
