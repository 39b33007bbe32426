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
        Schema::create('coupons', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->text('code')->unique('coupons_code_key');
            $table->integer('percent_bp');
            $table->bigInteger('min_subtotal')->default(DB::raw('0'));
            $table->integer('max_redemptions')->nullable();
            $table->integer('redeemed')->default(0);
            $table->timestampTz('starts_at', 3)->default(DB::raw('now()'));
            $table->timestampTz('ends_at', 3)->nullable();
        });
        Schema::create('carts', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('user_id')->constrained()->cascadeOnDelete();
            $table->foreignUuid('coupon_id')->nullable()->constrained();
            $table->text('status')->default('open');
            $table->timestampTz('updated_at', 3)->default(DB::raw('now()'));
        });
        Schema::create('cart_items', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('cart_id')->constrained()->cascadeOnDelete();
            $table->foreignUuid('product_id')->constrained();
            $table->integer('quantity');
            $table->unique(['cart_id', 'product_id'], 'cart_items_product_key');
        });
        DB::unprepared(<<<'SQL'
            ALTER TABLE coupons
                ADD CONSTRAINT coupons_code_ck CHECK (code ~ '^[A-Z0-9]{3,20}$'),
                ADD CONSTRAINT coupons_percent_ck CHECK (percent_bp BETWEEN 1 AND 10000),
                ADD CONSTRAINT coupons_min_subtotal_ck CHECK (min_subtotal >= 0),
                ADD CONSTRAINT coupons_max_ck CHECK (max_redemptions > 0),
                ADD CONSTRAINT coupons_limit_ck CHECK (redeemed >= 0 AND (max_redemptions IS NULL OR redeemed <= max_redemptions)),
                ADD CONSTRAINT coupons_window_ck CHECK (ends_at IS NULL OR ends_at > starts_at);
            ALTER TABLE carts ADD CONSTRAINT carts_status_ck CHECK (status IN ('open','ordered'));
            CREATE UNIQUE INDEX carts_one_open ON carts (user_id) WHERE status = 'open';
            ALTER TABLE cart_items ADD CONSTRAINT cart_items_quantity_ck CHECK (quantity BETWEEN 1 AND 99);
            SQL);
    }
};
