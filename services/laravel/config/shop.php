<?php

declare(strict_types=1);

// getenv() and not env(), which turns "null" and "true" into values and takes quotes away: a secret is what it is.
$variable = function (string $name, ?string $default = null): ?string {
    $value = getenv($name);

    return $value === false || $value === '' ? $default : $value;
};

return [
    'database_url' => $variable('DATABASE_URL'),
    'host' => $variable('HOST', '0.0.0.0'),
    'port' => $variable('PORT', '8080'),
    'jwt_secret' => $variable('JWT_SECRET'),
    'cursor_secret' => $variable('CURSOR_SECRET'),
    'webhook_secret' => $variable('WEBHOOK_SECRET'),
    'admin_email' => $variable('ADMIN_EMAIL'),
    'admin_password' => $variable('ADMIN_PASSWORD'),
    'db_pool_size' => $variable('DB_POOL_SIZE', '10'),
    'sse_ping_seconds' => $variable('SSE_PING_SECONDS', '15'),
    'log_level' => $variable('LOG_LEVEL', 'info'),
];
