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

/** Judges the length at once (body-parser would read on to the end), and lets who asked send the body. */
export function admit(limit: number): RequestHandler {
  return (req, res, next) => {
    if (Number(req.headers['content-length']) > limit) throw new Problem('body_too_large');
    if (req.headers.expect !== undefined) res.writeContinue();
    next();
  };
}

/** Reads the bytes of any body, for who looks at them before anything else does. */
const read: RequestHandler = express.raw({ type: () => true, limit: MAX_BYTES, inflate: false });
export const bytes = [admit(MAX_BYTES), read];

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

export const json = [mediaType('application/json'), ...bytes, document];

const MERGE_PATCH = 'application/merge-patch+json';
export const mergePatch = [mediaType(MERGE_PATCH, { 'Accept-Patch': MERGE_PATCH }), ...bytes, document];
