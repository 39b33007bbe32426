<?php

declare(strict_types=1);

namespace App\Support;

use Illuminate\Support\Facades\DB;
use PgSql\Connection;
use RuntimeException;

/** A connection that never blocks: PDO waits for a silent database without an end. */
final class AsyncPostgres
{
    private Connection $connection;

    private int $state = PGSQL_POLLING_WRITING;

    public function __construct()
    {
        $connection = @pg_connect(self::conninfo(), PGSQL_CONNECT_ASYNC | PGSQL_CONNECT_FORCE_NEW);
        $this->connection = $connection === false ? throw new RuntimeException('no connection') : $connection;
    }

    /** @return resource to be selected for what wantsToWrite() says */
    public function socket(): mixed
    {
        $socket = @pg_socket($this->connection);

        return $socket === false ? throw new RuntimeException('the connection is gone') : $socket;
    }

    public function wantsToWrite(): bool
    {
        return $this->state === PGSQL_POLLING_WRITING;
    }

    /** Goes on with connecting, once the socket was selected; tells whether it is done. */
    public function isReady(): bool
    {
        if ($this->state !== PGSQL_POLLING_OK) {
            $this->state = @pg_connect_poll($this->connection);
        }

        return $this->state === PGSQL_POLLING_FAILED ? throw new RuntimeException('no connection') : $this->state === PGSQL_POLLING_OK;
    }

    /** @param  list<int|string|null>  $parameters */
    public function send(string $statement, array $parameters = []): void
    {
        if (@pg_send_query_params($this->connection, $statement, $parameters) !== true) {
            throw new RuntimeException('the connection is gone');
        }
    }

    /** @return ?list<array<string, ?string>> the rows of what was sent; null if they have not come yet */
    public function rows(): ?array
    {
        if (! @pg_consume_input($this->connection)) {
            throw new RuntimeException('the connection is gone');
        }
        if (pg_connection_busy($this->connection)) {
            return null;
        }
        $rows = null;
        while ($result = @pg_get_result($this->connection)) {
            if (pg_result_status($result) === PGSQL_FATAL_ERROR) {
                throw new RuntimeException((string) pg_result_error($result));
            }
            /** @var list<array<string, ?string>> $rows */
            $rows = pg_fetch_all($result);
        }

        return $rows;
    }

    /** Whether anything was notified since the last call. */
    public function notified(): bool
    {
        $any = false;
        while (@pg_get_notify($this->connection) !== false) {
            $any = true;
        }

        return $any;
    }

    public function close(): void
    {
        @pg_close($this->connection);
    }

    private static function conninfo(): string
    {
        $of = DB::connection()->getConfig();
        $settings = ['host' => 'host', 'port' => 'port', 'dbname' => 'database', 'user' => 'username', 'password' => 'password', 'sslmode' => 'sslmode'];
        $text = "application_name='laravel'";
        foreach ($settings as $name => $key) {
            if (is_array($of) && is_scalar($of[$key] ?? null)) {
                $text .= " {$name}='".addcslashes((string) $of[$key], "'\\")."'";
            }
        }

        return $text;
    }
}
