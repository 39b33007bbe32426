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
        Schema::create('users', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->text('email')->unique('users_email_key');
            $table->text('password_hash');
            $table->text('name');
            $table->text('role')->default('customer');
            $table->timestampTz('created_at', 3)->default(DB::raw('now()'));
        });
        DB::statement(<<<'SQL'
            ALTER TABLE users
                ADD CONSTRAINT users_email_ck CHECK (email = lower(email) AND email ~ '^[!-~]+@[!-~]+$' AND length(email) <= 254),
                ADD CONSTRAINT users_name_ck CHECK (char_length(name) BETWEEN 1 AND 100),
                ADD CONSTRAINT users_role_ck CHECK (role IN ('customer','admin'))
            SQL);
        Schema::create('sessions', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('user_id')->constrained()->cascadeOnDelete();
            $table->timestampTz('revoked_at', 3)->nullable();
            $table->timestampTz('created_at', 3)->default(DB::raw('now()'));
        });
        Schema::create('refresh_tokens', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('session_id')->index('refresh_tokens_session_idx')->constrained()->cascadeOnDelete();
            $table->text('token_hash')->unique('refresh_tokens_hash_key');
            $table->timestampTz('expires_at', 3);
            $table->timestampTz('used_at', 3)->nullable();
        });
        DB::statement("ALTER TABLE refresh_tokens ADD CONSTRAINT refresh_tokens_hash_ck CHECK (token_hash ~ '^[0-9a-f]{64}$')");
    }
};
