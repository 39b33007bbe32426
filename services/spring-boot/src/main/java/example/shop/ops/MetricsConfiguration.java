package example.shop.ops;

import java.util.List;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Micrometer without Actuator, whose endpoints the contract has no use for.
 */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

	@Bean
	PrometheusMeterRegistry meterRegistry(List<MeterBinder> binders) {
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		binders.forEach((binder) -> binder.bindTo(registry));
		return registry;
	}

	@Bean
	JvmMemoryMetrics jvmMemoryMetrics() {
		return new JvmMemoryMetrics();
	}

	@Bean
	JvmGcMetrics jvmGcMetrics() {
		return new JvmGcMetrics();
	}

	@Bean
	ProcessorMetrics processorMetrics() {
		return new ProcessorMetrics();
	}

}
