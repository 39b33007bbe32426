import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const read = (name: string) => readFileSync(new URL(`../../../../contract/${name}`, import.meta.url), 'utf8');

/** The cases of a file of vectors, and what stands beside them. */
export const vectors = (name: string): unknown => JSON.parse(read(`vectors/${name}.json`));

export const yaml = (name: string): unknown => parse(read(name));
