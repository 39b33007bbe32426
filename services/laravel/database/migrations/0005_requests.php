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
        Schema::create('idempotency_keys', function (Blueprint $table): void {
            $table->uuid('id')->primary()->default(DB::raw('gen_random_uuid()'));
            $table->foreignUuid('user_id')->constrained()->cascadeOnDelete();
            $table->text('idem_key');
            $table->text('fingerprint');
            $table->integer('response_status');
            $table->text('response_location')->nullable();
            $table->text('response_body');
            $table->timestampTz('created_at', 3)->default(DB::raw('now()'));
            $table->unique(['user_id', 'idem_key'], 'idempotency_user_key');
        });
        Schema::create('webhook_events', function (Blueprint $table): void {
            $table->text('id')->primary();
            $table->text('type');
            $table->text('result')->default('ignored');
            $table->timestampTz('received_at', 3)->default(DB::raw('now()'));
        });
        DB::unprepared(<<<'SQL'
            ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_key_ck CHECK (length(idem_key) BETWEEN 1 AND 255);
            ALTER TABLE webhook_events
                ADD CONSTRAINT webhook_events_id_ck CHECK (length(id) BETWEEN 1 AND 200),
                ADD CONSTRAINT webhook_events_result_ck CHECK (result IN ('applied','ignored'));
            -- Full microseconds, which a column of Laravel's has no more.
            CREATE TABLE rate_limits (key text PRIMARY KEY, tat timestamptz NOT NULL);
            SQL);
        Schema::create('events', function (Blueprint $table): void {
            $table->bigInteger('id')->primary();
            $table->text('topic');
            $table->uuid('user_id')->nullable();
            $table->text('type');
            $table->text('data');
            $table->timestampTz('created_at', 3)->default(DB::raw('now()'));
            $table->index(['topic', 'id'], 'events_topic_idx');
        });
        DB::unprepared(<<<'SQL'
            ALTER TABLE events ADD CONSTRAINT events_topic_ck CHECK (topic IN ('stock','orders'));
            CREATE INDEX events_user_idx ON events (user_id, id) WHERE topic = 'orders';
            SQL);
    }
};
