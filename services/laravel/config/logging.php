<?php

declare(strict_types=1);

use Monolog\Formatter\JsonFormatter;
use Monolog\Handler\StreamHandler;

return [
    'default' => 'stderr',
    'channels' => [
        'stderr' => [
            'driver' => 'monolog',
            'handler' => StreamHandler::class,
            'handler_with' => ['stream' => 'php://stderr'],
            'formatter' => JsonFormatter::class,
            'level' => ['debug' => 'debug', 'warn' => 'warning', 'error' => 'error'][(string) getenv('LOG_LEVEL')] ?? 'info',
        ],
    ],
];
