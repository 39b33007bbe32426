<?php

declare(strict_types=1);

// Takes from a lock file what is not a version or a demand: addresses, authors, times. See the Makefile.
const KEPT = ['name', 'version', 'require', 'conflict', 'provide', 'replace', 'require-dev', 'bin', 'type', 'autoload', 'license'];

/** @var array{packages: list<array<string, mixed>>, packages-dev: list<array<string, mixed>>} $lock */
$lock = json_decode((string) stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR);
foreach (['packages', 'packages-dev'] as $list) {
    $lock[$list] = array_map(fn (array $package): array => array_intersect_key($package, array_flip(KEPT)), $lock[$list]);
}
echo json_encode($lock, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR), "\n";
