<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use App\Rules\Form;
use App\Rules\Whole;
use App\Support\Header;

final class CheckoutRequest extends JsonRequest
{
    private const MAX_TOTAL = 99_999_999_999;

    public function rules(): array
    {
        return ['expected_total' => ['present', new Whole(0, self::MAX_TOTAL)]];
    }

    /** The Idempotency-Key (CHECKOUT-1). */
    public function key(): string
    {
        $given = Header::value($this, 'Idempotency-Key') ?? throw new Problem(ProblemCode::IdempotencyKeyMissing);
        $key = preg_replace('/\A"(.*)"\z/s', '$1', $given) ?? '';
        if (Header::repeated($this, 'Idempotency-Key') || ! Form::has($key, '[!#-\[\]-~]{1,255}')) {
            throw new Problem(ProblemCode::IdempotencyKeyInvalid);
        }

        return $key;
    }

    public function fingerprint(): string
    {
        return hash('sha256', "POST\n/checkout\n".$this->getContent());
    }

    protected function prepareForValidation(): void
    {
        $this->key();
    }
}
