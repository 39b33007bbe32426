<?php

declare(strict_types=1);

namespace App\Http\Requests;

use App\Rules\Form;
use App\Rules\Text;

final class LoginRequest extends JsonRequest
{
    public function rules(): array
    {
        return [
            'email' => ['present', new Form(Form::EMAIL)],
            'password' => ['present', new Text(1, 128)],
        ];
    }
}
