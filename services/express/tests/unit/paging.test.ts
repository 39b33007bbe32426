import { describe, expect, test } from 'vitest';
import { Cursors, nextTarget, type Position, type Scope } from '../../src/platform/paging.ts';
import { vectors } from '../support/contract.ts';

interface CursorCase {
  name: string;
  resource: Scope['resource'];
  sort: string;
  filters: Record<string, string>;
  cursor: string;
  valid: boolean;
  decoded: Position | null;
}

const FILTERS = { products: ['q', 'category', 'price_min', 'price_max', 'in_stock'], orders: ['status'] };
const file = vectors('cursors') as { secret: string; cases: CursorCase[] };
const cursors = new Cursors(Buffer.from(file.secret));
const scopeOf = ({ resource, sort, filters }: CursorCase): Scope => ({
  resource,
  sort,
  filters: FILTERS[resource].map((name) => filters[name]),
});

describe('cursors', () => {
  test.each(file.cases.filter(({ valid }) => valid))('$name', (each) => {
    const position = cursors.open(scopeOf(each), each.cursor);
    expect(position).toMatchObject({ key: each.decoded?.key, id: each.decoded?.id });
    expect(cursors.seal(scopeOf(each), position)).toBe(each.cursor);
  });
  // Keys that are wrong for their sort are for its parser to find, see listProducts.
  test('one bit changed', () => {
    const [good] = file.cases.filter(({ valid }) => valid);
    if (!good) throw new Error('no valid case');
    for (const at of [0, 5, good.cursor.length - 3]) {
      const other = good.cursor[at] === 'A' ? 'B' : 'A';
      const changed = good.cursor.slice(0, at) + other + good.cursor.slice(at + 1);
      expect(() => cursors.open(scopeOf(good), changed)).toThrow('invalid_cursor');
    }
  });
});

interface LinkCase {
  name: string;
  target: string;
  next_cursor: string;
  path: string;
  pairs: [string, string][];
}

test.each((vectors('page_links') as { cases: LinkCase[] }).cases)('a link: $name', (each) => {
  const target = nextTarget(each.target, each.next_cursor);
  expect(target).toMatch(/^[\x21-\x7e]+$/);
  expect(target).not.toMatch(/[">]/);
  const url = new URL(target, 'http://shop');
  expect(url.pathname).toBe(each.path);
  expect([...url.searchParams].sort()).toEqual([...each.pairs].sort());
});
