import express, { type Request, type RequestHandler } from 'express';
import { parseObject } from './json.ts';
import { Problem } from './problem.ts';

const MAX_BYTES = 65_536;

/** Refuses bodies of another type, and encoded ones. `req.is` would take the first of two header lines. */
export function mediaType(expected: string, headers: Record<string, string> = {}): RequestHandler {
  return (req, _res, next) => {
    const lines = req.headersDistinct['content-type'] ?? [];
    const type = lines[0]?.split(';', 1)[0]?.trim().toLowerCase();
    const coding = req.headers['content-encoding']?.toLowerCase() ?? '';
    if (lines.length !== 1 || type !== expected || !['', 'identity'].includes(coding)) {
      throw new Problem('unsupported_media_type', { headers });
    }
    next();
  };
}

/** Reads the bytes of any body, for who looks at them before anything else does. */
export const bytes = express.raw({ type: () => true, limit: MAX_BYTES, inflate: false });

/** The bytes that `bytes` has read. */
export const bodyOf = (req: Request): Buffer => (Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));

export function parseDocument(body: Buffer): Record<string, unknown> {
  try {
    return parseObject(body);
  } catch (cause) {
    throw new Problem('malformed_json', { cause });
  }
}

const document: RequestHandler = (req, _res, next) => {
  req.body = parseDocument(bodyOf(req));
  next();
};

export const json = [mediaType('application/json'), bytes, document];

const MERGE_PATCH = 'application/merge-patch+json';
export const mergePatch = [mediaType(MERGE_PATCH, { 'Accept-Patch': MERGE_PATCH }), bytes, document];
