<?php

declare(strict_types=1);

// getenv() and not env(), which turns "null" and "true" into values and takes quotes away: a secret is what it is.
return array_map(fn (array $of): ?string => in_array(getenv($of[0]), [false, ''], true) ? ($of[1] ?? null) : getenv($of[0]), [
    'database_url' => ['DATABASE_URL'],
    'host' => ['HOST', '0.0.0.0'],
    'port' => ['PORT', '8080'],
    'jwt_secret' => ['JWT_SECRET'],
    'cursor_secret' => ['CURSOR_SECRET'],
    'webhook_secret' => ['WEBHOOK_SECRET'],
    'admin_email' => ['ADMIN_EMAIL'],
    'admin_password' => ['ADMIN_PASSWORD'],
    'db_pool_size' => ['DB_POOL_SIZE', '10'],
    'sse_ping_seconds' => ['SSE_PING_SECONDS', '15'],
    'log_level' => ['LOG_LEVEL', 'info'],
]);
