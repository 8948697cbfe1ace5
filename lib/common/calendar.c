/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Years begin in March in this arithmetic, so the leap day is the last one, and the first of March
 * decides the days of the week of the whole year.
 */
#include "lib/common/calendar.h"

#define DAY               INT64_C(86400)
#define DAYS_OF_400_YEARS 146097
#define DAYS_BEFORE_1970  719468 /* since 0000-03-01 */
#define LAST_TWIN         2036   /* ends in February 2037, and time_t in January 2038 */

static int64_t first_of_march(int64_t year)
{
	return 365 * year + year / 4 - year / 100 + year / 400 - DAYS_BEFORE_1970;
}

static int64_t year_of(int64_t days)
{
	const int64_t since_0 = days + DAYS_BEFORE_1970;
	const int64_t day = since_0 % DAYS_OF_400_YEARS;

	return since_0 / DAYS_OF_400_YEARS * 400 +
	       (day - day / 1460 + day / 36524 - day / 146096) / 365;
}

static int weekday(int64_t days)
{
	return (int)((days + DAYS_BEFORE_1970 + 3) % 7); /* 0000-03-01 is a Wednesday */
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool calendar_utc(struct tm *date, int64_t second)
{
	const int64_t days = second / DAY;
	const int time = (int)(second % DAY);
	const int64_t year = year_of(days);
	const int day = (int)(days - first_of_march(year));
	const int month = (5 * day + 2) / 153; /* 0: March */
	const bool next_year = month >= 10;

	*date = (struct tm){
	    .tm_sec = time % 60,
	    .tm_min = time / 60 % 60,
	    .tm_hour = time / 3600,
	    .tm_mday = day - (153 * month + 2) / 5 + 1,
	    .tm_mon = next_year ? month - 10 : month + 2,
	    .tm_year = (int)year + next_year - 1900,
	    .tm_wday = weekday(days),
	    .tm_yday = next_year ? day - 306 : day + 59 + is_leap(year),
	    .tm_zone = "UTC",
	};
	return true;
}

int64_t calendar_twin(int64_t second)
{
	const int64_t begin = first_of_march(year_of(second / DAY));
	int64_t twin = LAST_TWIN;

	while (weekday(first_of_march(twin)) != weekday(begin))
		twin--;
	return second + (first_of_march(twin) - begin) * DAY;
}

bool calendar_local(struct tm *date, int64_t second)
{
	time_t when = (time_t)second;
	struct tm local;

	if (when == second)
		return localtime_r(&when, date);
	when = (time_t)calendar_twin(second);
	if (!localtime_r(&when, &local) || !calendar_utc(date, second + local.tm_gmtoff))
		return false;
	date->tm_isdst = local.tm_isdst;
	date->tm_gmtoff = local.tm_gmtoff;
	date->tm_zone = local.tm_zone;
	return true;
}
