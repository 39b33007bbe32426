import { z } from 'zod';
import { integer } from '../platform/schemas.ts';

export const Checkout = z.strictObject({ expected_total: integer(0, 99_999_999_999) });
