<?php

declare(strict_types=1);

namespace App\Bulk;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Models\Product;
use App\Rules\Flag;
use App\Rules\Form;
use App\Rules\Value;
use App\Rules\Whole;
use App\Support\Json;
use stdClass;

/** What an import says, checked (BULK-2). FormRequests would make a validator of each line; its rules are asked themselves. */
final class Upload
{
    private const REPORTED = 100;

    /** Cancelled orders may have lifted the stock so high, and what was exported can be imported. */
    private const MAX_STOCK = 2_000_000_000;

    private const IGNORED = ['id' => true, 'version' => true, 'created_at' => true, 'updated_at' => true];

    /** @var array<array-key, string> rows as JSON with the names of the columns, by sku */
    private array $rows = [];

    /** @var list<array{line: int, pointer: string, code: string}> */
    private array $errors = [];

    private int $errorCount = 0;

    /** @var array<string, Value> */
    private readonly array $rules;

    private readonly stdClass $absent;

    /** @param  resource  $stream */
    public function __construct(mixed $stream)
    {
        $this->rules = [
            'sku' => new Form(Form::SKU), ...Product::rules(), 'stock' => new Whole(0, self::MAX_STOCK), 'active' => new Flag,
        ];
        $this->absent = (object) ['description' => null, 'attributes' => new stdClass, 'stock' => 0, 'active' => true];
        foreach (new Lines($stream) as $number => $line) {
            $this->read($number, $line);
        }
        if ($this->errorCount > 0) {
            throw new Problem(ProblemCode::ImportFailed, ['errors' => $this->errors, 'error_count' => $this->errorCount]);
        }
    }

    /** @return array<array-key, string> in order of sku, so that two imports take their locks in one order */
    public function rows(): array
    {
        ksort($this->rows, SORT_STRING);

        return $this->rows;
    }

    private function read(int $number, ?string $line): void
    {
        try {
            $row = get_object_vars(Json::document($line ?? ''));
        } catch (Problem) {
            $this->fail($number, ['' => 'malformed']);

            return;
        }
        $faults = $this->faults($row);
        $sku = $row['sku'] ?? null;
        if (is_string($sku)) {
            if (isset($this->rows[$sku])) {
                $faults += ['/sku' => 'duplicate'];
            }
            // A bad row stands for the duplicates of its sku that may follow.
            $this->rows[$sku] ??= $faults === [] ? $this->json($row) : '';
        }
        $this->fail($number, $faults);
    }

    /**
     * @param  array<array-key, mixed>  $row
     * @return array<string, string> codes by pointer
     */
    private function faults(array $row): array
    {
        $faults = [];
        foreach ($this->rules as $name => $rule) {
            $codes = match (true) {
                array_key_exists($name, $row) => $rule->codes($row[$name]),
                property_exists($this->absent, $name) => [],
                default => ['' => 'required'],
            };
            foreach ($codes as $below => $code) {
                $faults["/{$name}{$below}"] = $code;
            }
        }
        foreach (array_diff_key($row, $this->rules, self::IGNORED) as $name => $_) {
            $faults['/'.strtr((string) $name, ['~' => '~0', '/' => '~1'])] = 'unknown';
        }

        return $faults;
    }

    /** @param  array<array-key, mixed>  $row */
    private function json(array $row): string
    {
        return json_encode(array_diff_key($row, self::IGNORED) + (array) $this->absent, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    }

    /** @param  array<string, string>  $faults */
    private function fail(int $number, array $faults): void
    {
        ksort($faults, SORT_STRING);
        $this->errorCount += count($faults);
        foreach (array_slice($faults, 0, self::REPORTED - count($this->errors)) as $pointer => $code) {
            $this->errors[] = ['line' => $number, 'pointer' => $pointer, 'code' => $code];
        }
    }
}
