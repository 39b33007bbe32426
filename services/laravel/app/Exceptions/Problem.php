<?php

declare(strict_types=1);

namespace App\Exceptions;

use App\Enums\ProblemCode;
use App\Support\Database;
use Illuminate\Auth\AuthenticationException;
use Illuminate\Http\JsonResponse;
use PDOException;
use RuntimeException;
use Symfony\Component\HttpKernel\Exception\AccessDeniedHttpException;
use Symfony\Component\HttpKernel\Exception\MethodNotAllowedHttpException;
use Symfony\Component\HttpKernel\Exception\NotFoundHttpException;
use Throwable;

/** An answer of RFC 9457. Whoever throws it inside of a transaction rolls that back. */
final class Problem extends RuntimeException
{
    /**
     * @param  array<string, mixed>  $members  what its code adds
     * @param  array<string, string>  $headers
     */
    public function __construct(
        public readonly ProblemCode $problem,
        private readonly array $members = [],
        private readonly array $headers = [],
    ) {
        parent::__construct($problem->value);
    }

    /** @param  list<array<string, mixed>>  $errors */
    public static function validation(array $errors): self
    {
        return new self(ProblemCode::ValidationFailed, ['errors' => $errors]);
    }

    public static function from(Throwable $failure): self
    {
        return match (true) {
            $failure instanceof self => $failure,
            $failure instanceof AuthenticationException => new self(ProblemCode::Unauthenticated),
            $failure instanceof AccessDeniedHttpException => new self(ProblemCode::Forbidden),
            $failure instanceof NotFoundHttpException => new self(ProblemCode::NotFound),
            $failure instanceof MethodNotAllowedHttpException => new self(
                ProblemCode::MethodNotAllowed,
                headers: ['Allow' => $failure->getHeaders()['Allow']],
            ),
            $failure instanceof PDOException && Database::isUnavailable($failure) => new self(ProblemCode::ServiceUnavailable),
            default => new self(ProblemCode::InternalError),
        };
    }

    public function toResponse(): JsonResponse
    {
        return new JsonResponse(
            $this->problem->document() + $this->members,
            $this->problem->status(),
            $this->headers + $this->problem->headers() + ['Content-Type' => 'application/problem+json'],
            JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE,
        );
    }
}
