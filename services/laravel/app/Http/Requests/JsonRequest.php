<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Exceptions\Problem;
use App\Support\Json;
use Illuminate\Contracts\Validation\Factory;
use Illuminate\Contracts\Validation\Validator as ValidatorContract;
use Illuminate\Foundation\Http\FormRequest;
use Illuminate\Validation\Validator;

/** A body that is one JSON object, of which the rules name every member (JSON-4). */
abstract class JsonRequest extends FormRequest
{
    /** @return array<string, list<mixed>> */
    abstract public function rules(): array;

    public function validator(Factory $factory): ValidatorContract
    {
        $members = get_object_vars(Json::document($this->getContent()));
        $unknown = array_diff_key($members, $this->rules());

        return $factory->make($members, $this->rules(), ['present' => 'required'])
            ->after(function (Validator $validator) use ($unknown): void {
                foreach (array_keys($unknown) as $name) {
                    $validator->errors()->add(strtr((string) $name, ['~' => '~0', '/' => '~1']), 'unknown');
                }
            });
    }

    public function text(string $member): string
    {
        $value = $this->validated($member);

        return is_string($value) ? $value : '';
    }

    public function whole(string $member): int
    {
        $value = $this->validated($member);

        return is_int($value) ? $value : 0;
    }

    protected function failedValidation(ValidatorContract $validator): never
    {
        $errors = [];
        foreach ($validator->errors()->messages() as $pointer => $codes) {
            $errors[] = ['pointer' => "/{$pointer}", 'code' => $codes[0]];
        }

        throw Problem::validation($errors);
    }
}
