<?php

declare(strict_types=1);

namespace App\Console\Commands;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Support\Settings;
use Illuminate\Console\Command;
use Illuminate\Support\Facades\File;
use RuntimeException;
use Symfony\Component\Process\ExecutableFinder;

/** Runs nginx, php-fpm and the events' process as one (OPS-5). */
final class Serve extends Command
{
    private const GRACE = 7.5; // seconds that requests which run may take, before nginx is told to stop at once

    private const FAREWELL = 1.0;

    protected $signature = 'shop:serve';

    protected $description = 'Serve the shop';

    private bool $stops = false;

    private string $folder = '';

    /** @var array<string, resource> */
    private array $processes = [];

    public function handle(): int
    {
        $faults = Settings::faults(Settings::ofServe());
        if ($faults !== []) {
            array_walk($faults, $this->error(...));

            return self::FAILURE;
        }
        $this->trap([SIGTERM, SIGINT], function (): void {
            $this->stops = true;
        });
        $this->folder = sys_get_temp_dir().'/shop-'.bin2hex(random_bytes(6));
        mkdir($this->folder, 0700);
        try {
            $this->prepare();
            $this->startAll();
            while (! $this->stops && $this->running() === count($this->processes)) {
                usleep(100_000);
            }
            $this->stopAll();
        } finally {
            File::deleteDirectory($this->folder);
        }

        // A part that ends by itself takes the rest with it, and whoever watches starts all anew.
        return $this->stops ? self::SUCCESS : self::FAILURE;
    }

    /** Settings and routes are written down once, for this process's children alone: several services share the code. */
    private function prepare(): void
    {
        foreach ($this->caches() as $name => $file) {
            $_SERVER[$name] = $file;
        }
        $this->callSilently('config:cache');
        $this->callSilently('route:cache');
        foreach (['nginx.conf', 'php-fpm.conf'] as $file) {
            File::put("{$this->folder}/{$file}", strtr(File::get(base_path("server/{$file}")), $this->values()));
        }
    }

    private function startAll(): void
    {
        $root = posix_geteuid() === 0;
        $this->start('php-fpm', [
            $this->executable('php-fpm'.PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION, 'php-fpm'), '--nodaemonize', ...($root ? ['--allow-to-run-as-root'] : []),
            '-c', base_path('server/php.ini'), '--fpm-config', "{$this->folder}/php-fpm.conf",
        ]);
        $this->start('events', [PHP_BINARY, base_path('artisan'), 'shop:events', "{$this->folder}/events.sock"]);
        $deadline = microtime(true) + 5;
        foreach (['ops.sock', 'events.sock'] as $socket) {
            while (! file_exists("{$this->folder}/{$socket}") && microtime(true) < $deadline) {
                usleep(5000);
            }
        }
        $this->start('nginx', [$this->executable('nginx'), '-e', 'stderr', '-p', $this->folder, '-c', "{$this->folder}/nginx.conf"]);
    }

    /** Streams end at once; then nginx takes nothing new and waits for what runs; then nobody needs the rest. */
    private function stopAll(): void
    {
        $this->signal('events', SIGTERM);
        $this->signal('nginx', SIGQUIT);
        $this->await('nginx', self::GRACE);
        $this->signal('nginx', SIGTERM);
        $this->signal('php-fpm', SIGQUIT);
        foreach (array_keys($this->processes) as $name) {
            $this->await($name, self::FAREWELL);
            $this->signal($name, SIGKILL);
        }
    }

    /** @param  list<string>  $command */
    private function start(string $name, array $command): void
    {
        $environment = $this->caches() + ['PATH' => (string) getenv('PATH'), 'TMPDIR' => $this->folder];
        $process = proc_open($command, [['file', '/dev/null', 'r'], STDOUT, STDERR], $pipes, base_path(), $environment);
        $this->processes[$name] = $process === false ? throw new RuntimeException("{$name} does not start") : $process;
    }

    private function running(): int
    {
        return count(array_filter($this->processes, fn ($process): bool => proc_get_status($process)['running']));
    }

    private function signal(string $name, int $signal): void
    {
        if (isset($this->processes[$name]) && proc_get_status($this->processes[$name])['running']) {
            proc_terminate($this->processes[$name], $signal);
        }
    }

    private function await(string $name, float $seconds): void
    {
        $deadline = microtime(true) + $seconds;
        while (isset($this->processes[$name]) && proc_get_status($this->processes[$name])['running'] && microtime(true) < $deadline) {
            usleep(20_000);
        }
    }

    private function executable(string ...$names): string
    {
        foreach ($names as $name) {
            $found = (new ExecutableFinder)->find($name, extraDirs: ['/usr/sbin', '/usr/local/sbin']);
            if ($found !== null) {
                return $found;
            }
        }
        throw new RuntimeException("{$names[0]} is not installed");
    }

    /** @return array<string, string> */
    private function caches(): array
    {
        return ['APP_CONFIG_CACHE' => "{$this->folder}/config.php", 'APP_ROUTES_CACHE' => "{$this->folder}/routes.php"];
    }

    /** @return array<string, string> what the files in server/ leave open */
    private function values(): array
    {
        $root = posix_geteuid() === 0;
        $host = Settings::text('host');
        $problem = fn (ProblemCode $code): string => (string) (new Problem($code))->toResponse()->getContent();

        return [
            '{{base}}' => base_path(),
            '{{run}}' => $this->folder,
            '{{listen}}' => (str_contains($host, ':') ? "[{$host}]" : $host).':'.Settings::text('port'),
            '{{pool}}' => Settings::text('db_pool_size'),
            // An account that may read the clone is the one that started this.
            '{{nginx_user}}' => $root ? 'user root;' : '',
            '{{fpm_user}}' => $root ? 'user = root' : '',
            '{{access_log}}' => in_array(Settings::text('log_level'), ['debug', 'info'], true) ? '/dev/stdout json' : 'off',
            '{{body_too_large}}' => $problem(ProblemCode::BodyTooLarge),
            '{{service_unavailable}}' => $problem(ProblemCode::ServiceUnavailable),
        ];
    }
}
