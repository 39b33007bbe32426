<?php

declare(strict_types=1);

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('orders', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('user_id')->constrained();
            $table->foreignUuid('cart_id')->unique('orders_cart_key')->constrained();
            $table->text('status')->default('pending');
            $table->text('payment_status')->default('none');
            $table->text('currency')->default('EUR');
            $table->text('coupon_code')->nullable();
            foreach (['subtotal', 'discount', 'tax', 'shipping', 'total'] as $figure) {
                $table->bigInteger($figure);
            }
            $table->bigInteger('version')->default(DB::raw('1'));
            $table->timestampTz('created_at', 3)->default(DB::raw('now()'));
            $table->timestampTz('updated_at', 3)->default(DB::raw('now()'));
        });
        Schema::create('order_items', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('order_id')->constrained()->cascadeOnDelete();
            $table->foreignUuid('product_id')->constrained();
            $table->integer('position');
            $table->text('sku');
            $table->text('name');
            $table->bigInteger('unit_price');
            $table->integer('quantity');
            $table->bigInteger('discount');
            $table->integer('tax_rate_bp');
            $table->bigInteger('tax');
            $table->unique(['order_id', 'position'], 'order_items_pos_key');
        });
        Schema::create('coupon_redemptions', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('coupon_id')->constrained();
            $table->foreignUuid('user_id')->constrained();
            $table->foreignUuid('order_id')->unique('coupon_redemptions_order_key')->constrained();
            $table->unique(['coupon_id', 'user_id'], 'coupon_once_per_user');
        });
        DB::unprepared(<<<'SQL'
            ALTER TABLE orders
                ADD CONSTRAINT orders_status_ck CHECK (status IN ('pending','paid','shipped','delivered','cancelled','refunded')),
                ADD CONSTRAINT orders_payment_status_ck CHECK (payment_status IN ('none','failed','succeeded','refunded')),
                ADD CONSTRAINT orders_currency_ck CHECK (currency = 'EUR'),
                ADD CONSTRAINT orders_total_ck CHECK (subtotal >= 0 AND discount BETWEEN 0 AND subtotal AND tax >= 0 AND shipping >= 0
                                                      AND total = subtotal - discount + tax + shipping);
            CREATE INDEX orders_user_idx ON orders (user_id, created_at DESC, id DESC);
            CREATE INDEX orders_new_idx ON orders (created_at DESC, id DESC);
            ALTER TABLE order_items ADD CONSTRAINT order_items_quantity_ck CHECK (quantity BETWEEN 1 AND 99);
            SQL);
    }
};
