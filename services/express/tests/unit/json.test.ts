import { describe, expect, test } from 'vitest';
import { parseObject } from '../../src/platform/json.ts';
import { splitLines, MAX_LINE_BYTES } from '../../src/bulk/lines.ts';
import { parseQuery, REPEATED } from '../../src/platform/query.ts';

describe('strict JSON', () => {
  test.each(['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"b":[{"a":{},"a":{}}]}', '{"":1,"":2}', '{"\\"a":1,"\\"a":2}'])(
    'equal names: %s',
    (text) => {
      expect(() => parseObject(Buffer.from(text))).toThrow(SyntaxError);
    },
  );
  test.each(['{"a":{"a":1},"b":{"a":2}}', '{"a":"\\"a\\":1,","b":["a","a"]}', '{"a":"{\\"b\\":1"}'])('%s', (text) => {
    expect(parseObject(Buffer.from(text))).toEqual(JSON.parse(text));
  });
  test.each([
    Buffer.from('\ufeff{}'),
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from('[]'),
    Buffer.from(`{"a":${'['.repeat(200)}${']'.repeat(200)}}`),
  ])('no document', (bytes) => {
    expect(() => parseObject(bytes)).toThrow(SyntaxError);
  });
});

async function linesOf(...chunks: string[]): Promise<(string | undefined)[]> {
  const source = async function* () {
    for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
  };
  const lines = [];
  for await (const line of splitLines(source())) lines.push(line?.toString());
  return lines;
}

describe('lines', () => {
  test('end at LF alone', async () => {
    expect(await linesOf('a\r\n\nb\rc\u2028', 'd\r', '\ne')).toEqual(['a', '', 'b\rc\u2028d', 'e']);
    expect(await linesOf('a\n')).toEqual(['a']);
    expect(await linesOf()).toEqual([]);
  });
  test('are bounded', async () => {
    const most = 'x'.repeat(MAX_LINE_BYTES);
    expect(await linesOf(most, '\r\n', most, 'x\n', 'y')).toEqual([most, undefined, 'y']);
  });
});

test('queries', () => {
  expect(parseQuery(null)).toEqual({});
  expect(parseQuery('a=1+2&&b=%C3%A9&c=&a[]==')).toEqual({ a: '1 2', b: 'é', c: '', 'a[]': '=' });
  expect(parseQuery('a=1&a=1').a).toBe(REPEATED);
  expect(typeof parseQuery('a=%FF').a).toBe('symbol');
  expect(typeof parseQuery('a').a).toBe('symbol');
});
