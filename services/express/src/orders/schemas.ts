import { z } from 'zod';
import { PageQuery } from '../platform/paging.ts';
import { OrderStatus } from '../platform/schemas.ts';

export const OrderQuery = z.strictObject({ status: OrderStatus.optional(), ...PageQuery });
export const Transition = z.strictObject({ to: OrderStatus });
