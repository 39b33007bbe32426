<?php

declare(strict_types=1);

return [
    'default' => 'pgsql',
    'connections' => [
        'pgsql' => [
            'driver' => 'pgsql',
            'url' => getenv('DATABASE_URL'),
            'charset' => 'utf8',
            'application_name' => 'laravel',
            'options' => [
                // A connection for each child of php-fpm, kept over requests: that is the pool.
                PDO::ATTR_PERSISTENT => true,
                // Values travel beside the statement, in one round trip. A named statement would take three, since PDO
                // forgets it at the end of the request.
                PDO::PGSQL_ATTR_DISABLE_PREPARES => true,
                PDO::ATTR_TIMEOUT => 3,
            ],
        ],
    ],
    'migrations' => ['table' => 'migrations'],
];
