<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Rules\Whole;
use Closure;

final class AdjustStockRequest extends JsonRequest
{
    private const MOST = 100_000;

    public function rules(): array
    {
        return ['delta' => ['present', 'bail', new Whole(-self::MOST, self::MOST), function (string $name, mixed $value, Closure $fail): void {
            $value === 0 && $fail('out_of_range');
        }]];
    }
}
