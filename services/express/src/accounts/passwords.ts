import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';

// AUTH-3. Argon2id is the library's own choice: its enumeration is a `const enum`, which no erased TypeScript can name.
const PARAMETERS = { memoryCost: 32_768, timeCost: 2, parallelism: 1, outputLen: 32 };

// A hash takes 32 MiB and a core for its time. One after the other they leave both to other requests.
const oneAtATime = pLimit(1);

export const hashPassword = (password: string): Promise<string> => oneAtATime(() => hash(password, PARAMETERS));

const dummy = hash('nobody', PARAMETERS);

/** An unknown address (no hash) and a hash that cannot be read cost as much as a wrong password (AUTH-4). */
export function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  return oneAtATime(async () => {
    if (stored !== undefined) {
      try {
        return await verify(stored, password);
      } catch {
        // not a hash
      }
    }
    await verify(await dummy, password);
    return false;
  });
}
