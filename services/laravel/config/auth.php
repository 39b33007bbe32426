<?php

declare(strict_types=1);

return [
    'defaults' => ['guard' => 'api'],
    'guards' => ['api' => ['driver' => 'access-token']],
];
