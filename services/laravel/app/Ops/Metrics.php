<?php

declare(strict_types=1);

namespace App\Ops;

use APCUIterator;

/** Counters in the memory that all children of php-fpm share (OPS-4). */
final class Metrics
{
    private const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

    public static function count(string $method, string $route, int $status, float $seconds): void
    {
        if (! apcu_enabled()) {
            return;
        }
        // Whoever invents methods makes no series.
        $method = in_array($method, self::METHODS, true) ? $method : 'other';
        $of = "method=\"{$method}\",route=\"{$route}\"";
        apcu_inc("http_requests_total{{$of},status=\"{$status}\"}");
        apcu_inc("duration {$of}");
        apcu_inc("seconds {$of}", (int) round($seconds * 1e6));
        foreach (self::BUCKETS as $bucket) {
            if ($seconds <= $bucket) {
                apcu_inc("bucket {$of},le=\"{$bucket}\"");
                break;
            }
        }
    }

    /** All of it as Prometheus wants to read it. */
    public static function text(): string
    {
        $requests = $durations = '';
        /** @var array{key: string, value: int} $entry */
        foreach (new APCUIterator('/^http_requests_total/') as $entry) {
            $requests .= "{$entry['key']} {$entry['value']}\n";
        }
        foreach (new APCUIterator('/^duration /') as $entry) {
            $durations .= self::histogram(substr($entry['key'], strlen('duration ')), $entry['value']);
        }

        return "# TYPE http_requests_total counter\n{$requests}# TYPE http_request_duration_seconds histogram\n{$durations}";
    }

    private static function histogram(string $of, int $count): string
    {
        $name = 'http_request_duration_seconds';
        $text = '';
        $below = 0;
        foreach (self::BUCKETS as $bucket) {
            $below += self::value("bucket {$of},le=\"{$bucket}\"");
            $text .= "{$name}_bucket{{$of},le=\"{$bucket}\"} {$below}\n";
        }
        $sum = self::value("seconds {$of}") / 1e6;

        return "{$text}{$name}_bucket{{$of},le=\"+Inf\"} {$count}\n{$name}_sum{{$of}} {$sum}\n{$name}_count{{$of}} {$count}\n";
    }

    private static function value(string $key): int
    {
        $value = apcu_fetch($key);

        return is_int($value) ? $value : 0;
    }
}
