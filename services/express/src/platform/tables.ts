import type { ColumnType, Generated, Selectable } from 'kysely';

// The tables of contract/schema.sql as Kysely sees them. Money and versions are within 2^53.

type Instant = Generated<Date>;
/** Owned by triggers: never written from here. */
type Owned<T> = ColumnType<T, never, never>;

interface UsersTable {
  id: Generated<string>;
  email: string;
  password_hash: string;
  name: string;
  role: Generated<'customer' | 'admin'>;
  created_at: Instant;
}

interface SessionsTable {
  id: Generated<string>;
  user_id: string;
  revoked_at: Date | null;
  created_at: Instant;
}

interface RefreshTokensTable {
  id: Generated<string>;
  session_id: string;
  token_hash: string;
  expires_at: Date;
  used_at: Date | null;
}

interface ProductsTable {
  id: Generated<string>;
  sku: string;
  name: string;
  description: string | null;
  category: string;
  price: number;
  tax_rate_bp: number;
  attributes: ColumnType<Record<string, unknown>, string, string>;
  stock: number;
  active: Generated<boolean>;
  version: Owned<number>;
  created_at: Owned<Date>;
  updated_at: Owned<Date>;
}

interface CouponsTable {
  id: Generated<string>;
  code: string;
  percent_bp: number;
  min_subtotal: number;
  max_redemptions: number | null;
  redeemed: Generated<number>;
  starts_at: Instant;
  ends_at: Date | null;
}

interface CartsTable {
  id: Generated<string>;
  user_id: string;
  coupon_id: string | null;
  status: Generated<'open' | 'ordered'>;
  updated_at: Instant;
}

interface CartItemsTable {
  id: Generated<string>;
  cart_id: string;
  product_id: string;
  quantity: number;
}

export type OrderStatus = 'pending' | 'paid' | 'shipped' | 'delivered' | 'cancelled' | 'refunded';
export type PaymentStatus = 'none' | 'failed' | 'succeeded' | 'refunded';

interface OrdersTable {
  id: Generated<string>;
  user_id: string;
  cart_id: string;
  status: Generated<OrderStatus>;
  payment_status: Generated<PaymentStatus>;
  currency: Generated<string>;
  coupon_code: string | null;
  subtotal: number;
  discount: number;
  tax: number;
  shipping: number;
  total: number;
  version: Owned<number>;
  created_at: Owned<Date>;
  updated_at: Owned<Date>;
}

interface OrderItemsTable {
  id: Generated<string>;
  order_id: string;
  product_id: string;
  position: number;
  sku: string;
  name: string;
  unit_price: number;
  quantity: number;
  discount: number;
  tax_rate_bp: number;
  tax: number;
}

interface CouponRedemptionsTable {
  id: Generated<string>;
  coupon_id: string;
  user_id: string;
  order_id: string;
}

interface IdempotencyKeysTable {
  id: Generated<string>;
  user_id: string;
  idem_key: string;
  fingerprint: string;
  response_status: number;
  response_location: string | null;
  response_body: string;
  created_at: Instant;
}

interface WebhookEventsTable {
  id: string;
  type: string;
  result: Generated<'applied' | 'ignored'>;
  received_at: Instant;
}

interface EventsTable {
  id: Owned<string>;
  topic: 'stock' | 'orders';
  user_id: string | null;
  type: string;
  data: string;
  created_at: Instant;
}

export interface Tables {
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  products: ProductsTable;
  coupons: CouponsTable;
  carts: CartsTable;
  cart_items: CartItemsTable;
  orders: OrdersTable;
  order_items: OrderItemsTable;
  coupon_redemptions: CouponRedemptionsTable;
  idempotency_keys: IdempotencyKeysTable;
  webhook_events: WebhookEventsTable;
  events: EventsTable;
}

export type User = Selectable<UsersTable>;
export type Product = Selectable<ProductsTable>;
export type Order = Selectable<OrdersTable>;
export type OrderItem = Selectable<OrderItemsTable>;

// Named, since a prepared `*` fails as soon as a newer release has added a column.
export const USER = ['id', 'email', 'password_hash', 'name', 'role', 'created_at'] as const;
const FIGURES = ['subtotal', 'discount', 'tax', 'shipping', 'total'] as const;
const STATE = ['status', 'payment_status', 'version', 'created_at', 'updated_at'] as const;
export const ORDER = ['id', 'user_id', 'cart_id', 'currency', 'coupon_code', ...FIGURES, ...STATE] as const;
const SNAPSHOT = ['sku', 'name', 'unit_price', 'quantity', 'discount', 'tax_rate_bp', 'tax'] as const;
export const ORDER_ITEM = ['id', 'order_id', 'product_id', 'position', ...SNAPSHOT] as const;
