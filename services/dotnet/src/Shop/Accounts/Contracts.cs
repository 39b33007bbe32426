using FluentValidation;
using Shop.Platform;

namespace Shop.Accounts;

public sealed record Registration
{
    public required string Email { get; init; }
    public required string Password { get; init; }
    public required string Name { get; init; }
}

public sealed record Credentials
{
    public required string Email { get; init; }
    public required string Password { get; init; }
}

public sealed record RefreshRequest
{
    public required string RefreshToken { get; init; }
}

public sealed record TokenPair(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);

/// <summary>The contract's resource.</summary>
public sealed record User
{
    public const string Columns = "id, email, name, role, created_at";

    public required Guid Id { get; init; }
    public required string Email { get; init; }
    public required string Name { get; init; }
    public required string Role { get; init; }
    public required DateTime CreatedAt { get; init; }
}

public sealed class RegistrationValidator : AbstractValidator<Registration>
{
    public RegistrationValidator()
    {
        RuleFor(registration => registration.Email).EmailForm();
        RuleFor(registration => registration.Password).Characters(8, 128);
        RuleFor(registration => registration.Name).Characters(1, 100);
    }
}

public sealed class CredentialsValidator : AbstractValidator<Credentials>
{
    public CredentialsValidator()
    {
        RuleFor(credentials => credentials.Email).EmailForm();
        RuleFor(credentials => credentials.Password).Characters(1, 128);
    }
}

public sealed class RefreshRequestValidator : AbstractValidator<RefreshRequest>
{
    public RefreshRequestValidator() => RuleFor(request => request.RefreshToken).Characters(1, 512);
}

public static class EmailRule
{
    private const int Longest = 254;

    /// <summary>Length first: a pattern need not look at a text of any length.</summary>
    public static void EmailForm<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(email => email.Length <= Longest).WithErrorCode("format").Matches(Patterns.Email());
}
