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
        Schema::create('products', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->text('sku')->collation('C')->unique('products_sku_key');
            $table->text('name');
            $table->text('description')->nullable();
            $table->text('category');
            $table->bigInteger('price');
            $table->integer('tax_rate_bp');
            $table->jsonb('attributes')->default('{}');
            $table->integer('stock')->default(0);
            $table->boolean('active')->default(true);
            $table->bigInteger('version')->default(DB::raw('1'));
            $table->timestampTz('created_at', 3)->default(DB::raw('now()'));
            $table->timestampTz('updated_at', 3)->default(DB::raw('now()'));
        });
        DB::unprepared(<<<'SQL'
            ALTER TABLE products
                ADD CONSTRAINT products_sku_ck CHECK (sku ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'),
                ADD CONSTRAINT products_name_ck CHECK (char_length(name) BETWEEN 1 AND 120),
                ADD CONSTRAINT products_description_ck CHECK (char_length(description) <= 4000),
                ADD CONSTRAINT products_category_ck CHECK (category ~ '^[a-z0-9-]{1,40}$'),
                ADD CONSTRAINT products_price_ck CHECK (price BETWEEN 1 AND 5000000),
                ADD CONSTRAINT products_tax_rate_ck CHECK (tax_rate_bp BETWEEN 0 AND 5000),
                ADD CONSTRAINT products_attributes_ck CHECK (jsonb_typeof(attributes) = 'object'),
                ADD CONSTRAINT products_stock_ck CHECK (stock BETWEEN 0 AND 2000000000);
            CREATE INDEX products_new_idx ON products (created_at DESC, id DESC) WHERE active;
            CREATE INDEX products_price_idx ON products (price, id) WHERE active;
            CREATE INDEX products_name_idx ON products (name COLLATE "C", id) WHERE active;
            CREATE INDEX products_cat_idx ON products (category) WHERE active;
            SQL);
    }
};
