package example.shop.accounts;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

import example.shop.platform.problem.Problem;

/**
 * Argon2id hashes as PHC strings (AUTH-3), two at a time: each takes 32 MiB and a
 * processor.
 */
@Component
class Passwords {

	static final int MIN_LENGTH = 8;

	static final int MAX_LENGTH = 128;

	/**
	 * Verified for addresses that nobody has. No password matches: its tag is no output
	 * of Argon2id.
	 */
	static final String NOBODYS_HASH = "$argon2id$v=19$m=32768,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
			+ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

	/**
	 * Takes the parameters in any order, in which libraries differ, but no more memory
	 * than two hashes at once may have.
	 */
	private static final Pattern PHC = Pattern.compile("\\$argon2id\\$v=19\\$"
			+ "(?=[^$]*m=([1-6][0-9]{4}|[1-9][0-9]{1,3})[,$])(?=[^$]*t=([1-9])[,$])(?=[^$]*p=([1-9])[,$])"
			+ "[mtp]=[0-9]+,[mtp]=[0-9]+,[mtp]=[0-9]+"
			+ "((?:\\$(?:[A-Za-z0-9+/]{4}){2,32}(?:[A-Za-z0-9+/]{2,3})?){2})");

	private static final int PATIENCE_SECONDS = 10;

	private final Argon2PasswordEncoder argon2 = new Argon2PasswordEncoder(16, 32, 1, 32_768, 2);

	// Platform threads, which the system interrupts: a virtual thread keeps its carrier
	// as long as it computes, and two
	// hashes would hold up every other request.
	private final ExecutorService threads = Executors.newFixedThreadPool(2,
			Thread.ofPlatform().name("argon2-", 0).daemon().factory());

	String hash(String password) {
		return inTurn(() -> String.valueOf(this.argon2.encode(password)));
	}

	/**
	 * Honours the parameters in the hash: another service of the fleet may have made it.
	 * No password matches one that cannot be read, and that takes as long.
	 */
	boolean matches(String password, String hash) {
		Matcher read = PHC.matcher(hash);
		String known = read.matches() ? "$argon2id$v=19$m=%s,t=%s,p=%s%s".formatted(read.group(1), read.group(2),
				read.group(3), read.group(4)) : NOBODYS_HASH;
		return inTurn(() -> this.argon2.matches(password, known));
	}

	private <T> T inTurn(Callable<T> work) {
		Future<T> result = this.threads.submit(work);
		try {
			return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException ex) {
			result.cancel(false);
			throw Problem.SERVICE_UNAVAILABLE.exception();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw Problem.SERVICE_UNAVAILABLE.exception();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
	}

}
