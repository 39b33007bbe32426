import { z } from 'zod';
import { Email, text } from '../platform/schemas.ts';

export const Registration = z.strictObject({ email: Email, password: text(8, 128), name: text(1, 100) });
export const Credentials = z.strictObject({ email: Email, password: text(1, 128) });
export const RefreshToken = z.strictObject({ refresh_token: text(1, 512) });
