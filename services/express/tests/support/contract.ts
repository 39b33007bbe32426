import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const read = (name: string) => readFileSync(new URL(`../../../../contract/${name}`, import.meta.url), 'utf8');

/** The cases of a file of vectors, and what stands beside them. */
export const vectors = <T>(name: string): T => JSON.parse(read(`vectors/${name}.json`)) as T;

export const yaml = <T>(name: string): T => parse(read(name)) as T;
