<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Rules\Form;
use App\Rules\Text;

final class RegisterRequest extends JsonRequest
{
    public function rules(): array
    {
        return [
            'email' => ['present', new Form(Form::EMAIL)],
            'password' => ['present', new Text(8, 128)],
            'name' => ['present', new Text(1, 100)],
        ];
    }
}
