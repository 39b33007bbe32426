<?php

declare(strict_types=1);

namespace App\Providers;

use App\Auth\AccessTokens;
use App\Auth\Caller;
use App\Support\Settings;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Http\Request;
use Illuminate\Http\Resources\Json\JsonResource;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Gate;
use Illuminate\Support\ServiceProvider;

final class AppServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        $this->app->bind(AccessTokens::class, fn (): AccessTokens => new AccessTokens(Settings::text('jwt_secret')));
    }

    public function boot(): void
    {
        Auth::viaRequest('access-token', fn (Request $request): ?Caller => $this->app->make(AccessTokens::class)->caller($request));
        Gate::define('administer', fn (Caller $caller): bool => $caller->isAdmin());
        JsonResource::withoutWrapping();
        Model::shouldBeStrict();
    }
}
