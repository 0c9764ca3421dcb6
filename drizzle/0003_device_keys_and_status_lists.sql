CREATE SEQUENCE "public"."session_status_sequence" INCREMENT BY 1 MINVALUE 0 MAXVALUE 9223372036854775807 START WITH 0 CACHE 1;--> statement-breakpoint
CREATE TABLE "ended_statuses" (
	"status_index" bigint PRIMARY KEY NOT NULL,
	"listed_at" timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "status_lists" (
	"number" bigint PRIMARY KEY NOT NULL,
	"key" uuid DEFAULT gen_random_uuid() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "ended_statuses_listed_at" ON "ended_statuses" USING btree ("listed_at");--> statement-breakpoint
-- By hand, as everything below but for the columns: what drizzle-kit does not write.
--
-- The next place in the status lists. Within its list of 2^20 the count is permuted by a Feistel network of four
-- rounds over two halves of ten bits, under the list's key: a bijection, so that no two sessions share a place, and a
-- place does not tell when its session began.
CREATE FUNCTION "next_status_index"() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  count bigint := nextval('public.session_status_sequence');
  list bigint := count >> 20;
  list_key uuid := (SELECT l.key FROM public.status_lists l WHERE l.number = list);
  upper_half int := (count >> 10) & 1023;
  lower_half int := count & 1023;
  digest bytea;
BEGIN
  IF list_key IS NULL THEN
    -- Of two at once the second waits for the first, and then finds its key: each statement of a function has a
    -- snapshot of its own.
    INSERT INTO public.status_lists (number) VALUES (list) ON CONFLICT DO NOTHING;
    SELECT l.key INTO STRICT list_key FROM public.status_lists l WHERE l.number = list;
  END IF;
  FOR round IN 1..4 LOOP
    digest := sha256(convert_to(concat_ws(' ', list_key, round, lower_half), 'UTF8'));
    SELECT lower_half, upper_half # ((get_byte(digest, 0) << 8 | get_byte(digest, 1)) & 1023)
      INTO upper_half, lower_half;
  END LOOP;
  RETURN (list << 20) | (upper_half << 10) | lower_half;
END $$;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "dpop_jkt" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "dpop_mode" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "key_refused_at" timestamp(3) with time zone;--> statement-breakpoint
-- Apart from its default, which would be computed for every row that there is while the table is locked.
ALTER TABLE "sessions" ADD COLUMN "status_index" bigint;--> statement-breakpoint
ALTER TABLE "sessions" ALTER COLUMN "status_index" SET DEFAULT next_status_index();--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_dpop_mode" CHECK ("sessions"."dpop_mode" in ('refresh', 'full') and ("sessions"."dpop_jkt" is null) = ("sessions"."dpop_mode" is null));--> statement-breakpoint
CREATE FUNCTION "list_ended_session"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.ended_statuses (status_index) VALUES (OLD.status_index) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "sessions_list_ended" AFTER UPDATE OF "ended_at" ON "sessions" FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND OLD.status_index IS NOT NULL)
  EXECUTE FUNCTION list_ended_session();--> statement-breakpoint
-- The purge deletes sessions that have expired: no token of theirs is out.
CREATE TRIGGER "sessions_list_deleted" AFTER DELETE ON "sessions" FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND OLD.expires_at > now() AND OLD.status_index IS NOT NULL)
  EXECUTE FUNCTION list_ended_session();--> statement-breakpoint
CREATE FUNCTION "list_sessions_of_past_epochs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- It sees a session that was begun while the statement that ended them all waited, and that this did not see.
  INSERT INTO public.ended_statuses (status_index)
    SELECT s.status_index FROM public.sessions s
    WHERE s.user_id = NEW.id AND s.epoch < NEW.session_epoch AND s.ended_at IS NULL AND s.status_index IS NOT NULL
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "users_list_sessions" AFTER UPDATE OF "session_epoch" ON "users" FOR EACH ROW
  WHEN (OLD.session_epoch <> NEW.session_epoch)
  EXECUTE FUNCTION list_sessions_of_past_epochs();
