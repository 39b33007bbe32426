<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Enums\ProblemCode;
use App\Exceptions\Problem;
use Illuminate\Contracts\Validation\Factory;
use Illuminate\Contracts\Validation\Validator as ValidatorContract;
use Illuminate\Foundation\Http\FormRequest;
use Illuminate\Validation\Validator;

/**
 * A query of which the rules name every parameter, once each (QUERY-1). PHP's own reading takes the last of equal names,
 * makes lists of `limit[]`, and dots to underscores.
 */
abstract class QueryRequest extends FormRequest
{
    /** @return array<string, list<mixed>> */
    abstract public function rules(): array;

    public function validator(Factory $factory): ValidatorContract
    {
        [$values, $faults] = $this->readQuery();

        return $factory->make($values, array_diff_key($this->rules(), $faults), ['present' => 'required'])
            ->after(function (Validator $validator) use ($faults): void {
                foreach ($faults as $name => $code) {
                    $validator->errors()->add((string) $name, $code);
                }
            });
    }

    /** The value of a parameter as it was received; '' if it is absent. */
    public function parameter(string $name): string
    {
        $value = $this->validated($name);

        return is_string($value) ? $value : '';
    }

    protected function failedValidation(ValidatorContract $validator): never
    {
        $errors = [];
        foreach ($validator->errors()->messages() as $name => $codes) {
            $errors[] = ['parameter' => (string) $name, 'code' => $codes[0]];
        }

        throw new Problem(ProblemCode::InvalidQuery, ['errors' => $errors]);
    }

    /** @return array{array<string, string>, array<array-key, string>} the values of known names, and what is wrong */
    private function readQuery(): array
    {
        $values = $faults = [];
        $query = $this->server('QUERY_STRING');
        foreach (explode('&', is_string($query) ? $query : '') as $pair) {
            [$name, $value] = explode('=', $pair, 2) + [1 => ''];
            $name = urldecode($name);
            if ($pair === '' || ($name === 'q' && $value === '' && str_contains($pair, '='))) {
                continue;
            }
            $code = match (true) {
                ! array_key_exists($name, $this->rules()) => 'unknown',
                array_key_exists($name, $values) => 'duplicate',
                $value === '' => 'too_short',
                preg_match('/%(?![0-9A-Fa-f]{2})/', $value) === 1 => 'format',
                default => null,
            };
            if ($code !== null) {
                $faults[$name] = $code;
            }
            $values[$name] = urldecode($value);
        }

        return [$values, $faults];
    }
}
