package example.shop.accounts;

import java.time.Instant;
import java.util.UUID;

/**
 * The contract's resource.
 */
record User(UUID id, String email, String name, String role, Instant createdAt) {
}
