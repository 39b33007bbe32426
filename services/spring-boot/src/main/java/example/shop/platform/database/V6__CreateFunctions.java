package example.shop.platform.database;

import java.nio.charset.StandardCharsets;
import java.sql.Statement;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * Executes {@code contract/functions.sql} as it is, after the tables of V1 to V5. Spring
 * Boot gives Flyway the migrations that are beans.
 */
@Component
class V6__CreateFunctions extends BaseJavaMigration {

	@Override
	public void migrate(Context context) throws Exception {
		String script = new ClassPathResource("contract/functions.sql").getContentAsString(StandardCharsets.UTF_8);
		try (Statement statement = context.getConnection().createStatement()) {
			statement.execute(script);
		}
	}

}
